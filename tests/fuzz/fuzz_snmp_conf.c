/*
 * fuzz_snmp_conf: a snmp.conf. Whatever it says, what is taken is in range, warnings are printable
 * lines, and each of its lines as an option takes or refuses. Files are not included.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "conf/snmp_conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void warn(void *context, const char *text) {
    unsigned *count = context;
    ++*count;
    for (const char *at = text; *at != '\0'; at++)
        assert((unsigned char)*at >= ' ' && *at != 0x7f);
}

static void check(const struct snmp_conf *conf) {
    assert(conf->version <= FLEET_V3 && conf->level <= FLEET_AUTH_PRIV);
    assert(conf->auth_protocol < FLEET_AUTH_PROTOCOLS);
    assert(conf->priv_protocol < FLEET_PRIV_PROTOCOLS);
    assert(conf->retries >= -1 && conf->hex_line >= -1);
    assert(conf->oid_style >= -1 && conf->oid_style <= FLEET_OID_NONE);
    assert((conf->output.value & ~conf->output.set) == 0);
    assert((conf->names.value & ~conf->names.set) == 0);
    assert((conf->walk.value & ~conf->walk.set) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    unsigned warnings = 0;
    struct snmp_conf conf = SNMP_CONF_NULL, one = SNMP_CONF_NULL;
    char *text = malloc(size + 1), *option = malloc(size + 1);
    if (text == NULL || option == NULL) abort();
    memcpy(text, data, size);
    text[size] = '\0';
    memcpy(option, text, size + 1);
    option[strcspn(option, "\n")] = '\0';
    if (strcasestr(text, "include") == NULL) {
        assert(snmp_conf_text(&conf, "fuzz", text, warn, &warnings) == 0);
        check(&conf);
    }
    (void)snmp_conf_option(&one, option, warn, &warnings);
    check(&one);
    snmp_conf_deinit(&conf);
    snmp_conf_deinit(&one);
    free(text);
    free(option);
    return 0;
}
