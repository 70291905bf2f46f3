/*
 * config: the configuration file (design section 3): YAML with the parts `fleet` (limits of all
 * targets together), `defaults` (what targets do not say), `auths` (credentials by name), `modules`
 * (what to poll) and `outputs` (where rows go); config.example shows every key.
 *
 *     config_new(&config);
 *     config_read(config, path, &context);      nothing is changed yet, all faults are told
 *     config_apply(config, fleet);      the fleet has auths and modules, defaults have numbers
 *     targets_read...                           with config_defaults and config_auths
 *     targets_apply(targets, fleet)
 *     config_free(config);                      secrets are wiped
 *
 * Secrets come literally, from a file (KEY_file) or from the environment (KEY_env). They are part
 * of no message, and all memory they were in is wiped.
 */
#pragma once

#include "conf/config_context.h"
#include "conf/source.h"
#include "snmpfleet/writer.h"

struct config;

int config_new(struct config **ret_config);

/* NULL is fine. */
void config_free(struct config *config);

/*
 * Read and check the file at @path. To be called once for a config. Returns 0, FLEET_E_INVALID when
 * errors were told, or -errno (told too). An empty file is valid at the start. At a reload it is an
 * error, since it may be a file that is just being written.
 */
int config_read(struct config *config, const char *path, const struct config_context *context);

/* The same for text in memory, which messages call @name. */
int config_read_text(struct config *config, const char *text, size_t length, const char *name,
                     const struct config_context *context);

/*
 * Give @fleet auths and modules. 0, FLEET_E_INVALID when faults were told (those of fleet_auth_set
 * and fleet_module_set, each with its place), or -errno.
 */
int config_apply(struct config *config, struct fleet *fleet);

/*
 * What targets are read with, alive until config_free; numbers of auths are right after
 * config_apply. Fields that the file does not give are zero, so that others may fill them in.
 */
const struct fleet_target_options *config_defaults(const struct config *config);
const struct targets_auth *config_auths(const struct config *config, size_t *ret_count);

/* The limits of the fleet; zero is what the file does not say. config_apply leaves them alone. */
const struct fleet_limits *config_limits(const struct config *config);

/* The modules in the order of the file; NULL after the last. */
const struct fleet_module_options *config_module(const struct config *config, size_t index);

/*
 * Warn of each module of the file that @is_used denies by its number, once config_apply has given
 * it: nothing names it, so that it is not polled.
 */
typedef bool config_is_used_fn(const void *context, uint32_t module);

void config_warn_unused(struct config *config, config_is_used_fn *is_used, const void *context);

/* Where targets come from, in the order of the file. */
const struct source *config_sources(const struct config *config, size_t *ret_count);

const struct fleet_writer_options *config_outputs(const struct config *config, size_t *ret_count);

/* The auths in the order of the file; NULL after the last. Their secrets are not to be shown. */
const struct fleet_auth_options *config_auth(const struct config *config, size_t index);
