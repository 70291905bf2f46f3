/*
 * text: a built-in module as a MIB file, for modules that import from it where there is no file.
 *
 * libsmi needs to know no more than what is imported: names and OIDs, types, and which rows have
 * which index. All OIDs are written from the top, so that only types and columns of indexes come
 * from other modules.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mib/load/builtin.h"
#include "mib/load/builtin/facts_read.h"

/* What a macro says is built into libsmi; it wants to see where one is imported from. */
#define MACRO(name_) name_ " MACRO ::= BEGIN END\n"

/* Modules of macros, and of SMIv1. */
static const struct {
    const char *name, *text;
} plain[] = {
    { "RFC-1212", "RFC-1212 DEFINITIONS ::= BEGIN\n" MACRO("OBJECT-TYPE") "END\n" },
    { "RFC-1215", "RFC-1215 DEFINITIONS ::= BEGIN\n" MACRO("TRAP-TYPE") "END\n" },
    { "SNMPv2-CONF",
      "SNMPv2-CONF DEFINITIONS ::= BEGIN\n" MACRO("OBJECT-GROUP") MACRO("NOTIFICATION-GROUP")
      MACRO("MODULE-COMPLIANCE") MACRO("AGENT-CAPABILITIES") "END\n" },
    { "RFC1155-SMI",
      "RFC1155-SMI DEFINITIONS ::= BEGIN\n"
      "internet OBJECT IDENTIFIER ::= { iso org(3) dod(6) 1 }\n"
      "directory OBJECT IDENTIFIER ::= { internet 1 }\n"
      "mgmt OBJECT IDENTIFIER ::= { internet 2 }\n"
      "experimental OBJECT IDENTIFIER ::= { internet 3 }\n"
      "private OBJECT IDENTIFIER ::= { internet 4 }\n"
      "enterprises OBJECT IDENTIFIER ::= { private 1 }\n"
      "IpAddress ::= [APPLICATION 0] IMPLICIT OCTET STRING (SIZE (4))\n"
      "NetworkAddress ::= CHOICE { internet IpAddress }\n"
      "Counter ::= [APPLICATION 1] IMPLICIT INTEGER (0..4294967295)\n"
      "Gauge ::= [APPLICATION 2] IMPLICIT INTEGER (0..4294967295)\n"
      "TimeTicks ::= [APPLICATION 3] IMPLICIT INTEGER (0..4294967295)\n"
      "Opaque ::= [APPLICATION 4] IMPLICIT OCTET STRING\n"
      "END\n" },
    { "RFC1271-MIB",
      "RFC1271-MIB DEFINITIONS ::= BEGIN\n"
      "IMPORTS mgmt FROM RFC1155-SMI;\n"
      "rmon OBJECT IDENTIFIER ::= { mgmt 1 16 }\n"
      "statistics OBJECT IDENTIFIER ::= { rmon 1 }\n"
      "history OBJECT IDENTIFIER ::= { rmon 2 }\n"
      "hosts OBJECT IDENTIFIER ::= { rmon 4 }\n"
      "matrix OBJECT IDENTIFIER ::= { rmon 6 }\n"
      "filter OBJECT IDENTIFIER ::= { rmon 7 }\n"
      "OwnerString ::= OCTET STRING\n"
      "EntryStatus ::= INTEGER { valid(1), createRequest(2), underCreation(3), invalid(4) }\n"
      "END\n" },
    { "RFC1213-MIB",
      "RFC1213-MIB DEFINITIONS ::= BEGIN\n"
      "IMPORTS mgmt FROM RFC1155-SMI OBJECT-TYPE FROM RFC-1212;\n"
      "mib-2 OBJECT IDENTIFIER ::= { mgmt 1 }\n"
      "DisplayString ::= OCTET STRING\n"
      "PhysAddress ::= OCTET STRING\n"
      "system OBJECT IDENTIFIER ::= { mib-2 1 }\n"
      "interfaces OBJECT IDENTIFIER ::= { mib-2 2 }\n"
      "at OBJECT IDENTIFIER ::= { mib-2 3 }\n"
      "ip OBJECT IDENTIFIER ::= { mib-2 4 }\n"
      "icmp OBJECT IDENTIFIER ::= { mib-2 5 }\n"
      "tcp OBJECT IDENTIFIER ::= { mib-2 6 }\n"
      "udp OBJECT IDENTIFIER ::= { mib-2 7 }\n"
      "egp OBJECT IDENTIFIER ::= { mib-2 8 }\n"
      "transmission OBJECT IDENTIFIER ::= { mib-2 10 }\n"
      "snmp OBJECT IDENTIFIER ::= { mib-2 11 }\n"
      "sysDescr OBJECT-TYPE SYNTAX DisplayString (SIZE (0..255)) ACCESS read-only\n"
      "    STATUS mandatory DESCRIPTION \"\" ::= { system 1 }\n"
      "sysName OBJECT-TYPE SYNTAX DisplayString (SIZE (0..255)) ACCESS read-write\n"
      "    STATUS mandatory DESCRIPTION \"\" ::= { system 5 }\n"
      "sysLocation OBJECT-TYPE SYNTAX DisplayString (SIZE (0..255)) ACCESS read-write\n"
      "    STATUS mandatory DESCRIPTION \"\" ::= { system 6 }\n"
      "ifTable OBJECT-TYPE SYNTAX SEQUENCE OF IfEntry ACCESS not-accessible\n"
      "    STATUS mandatory DESCRIPTION \"\" ::= { interfaces 2 }\n"
      "ifEntry OBJECT-TYPE SYNTAX IfEntry ACCESS not-accessible\n"
      "    STATUS mandatory DESCRIPTION \"\" INDEX { ifIndex } ::= { ifTable 1 }\n"
      "IfEntry ::= SEQUENCE { ifIndex INTEGER, ifDescr DisplayString }\n"
      "ifIndex OBJECT-TYPE SYNTAX INTEGER ACCESS read-only\n"
      "    STATUS mandatory DESCRIPTION \"\" ::= { ifEntry 1 }\n"
      "ifDescr OBJECT-TYPE SYNTAX DisplayString (SIZE (0..255)) ACCESS read-only\n"
      "    STATUS mandatory DESCRIPTION \"\" ::= { ifEntry 2 }\n"
      "END\n" },
};

/* What SNMPv2-SMI adds to ASN.1. */
static const char smi_types[] =
    MACRO("MODULE-IDENTITY") MACRO("OBJECT-IDENTITY") MACRO("OBJECT-TYPE")
    MACRO("NOTIFICATION-TYPE")
    "Integer32 ::= INTEGER (-2147483648..2147483647)\n"
    "IpAddress ::= [APPLICATION 0] IMPLICIT OCTET STRING (SIZE (4))\n"
    "Counter32 ::= [APPLICATION 1] IMPLICIT INTEGER (0..4294967295)\n"
    "Gauge32 ::= [APPLICATION 2] IMPLICIT INTEGER (0..4294967295)\n"
    "Unsigned32 ::= [APPLICATION 2] IMPLICIT INTEGER (0..4294967295)\n"
    "TimeTicks ::= [APPLICATION 3] IMPLICIT INTEGER (0..4294967295)\n"
    "Opaque ::= [APPLICATION 4] IMPLICIT OCTET STRING\n"
    "Counter64 ::= [APPLICATION 6] IMPLICIT INTEGER (0..18446744073709551615)\n";

/* The convention that a syntax begins with, or NULL. */
static const struct builtin_convention *convention_in(const char *module, const char *syntax) {
    char word[FACTS_WORD_MAX];
    size_t length = strcspn(syntax, " ({");
    if (length >= sizeof(word)) return NULL;
    memcpy(word, syntax, length);
    word[length] = '\0';
    return facts_convention(module, word);
}

static void write_convention_import(FILE *out, const char *module, const char *syntax) {
    const struct builtin_convention *c = syntax == NULL ? NULL : convention_in(module, syntax);
    if (c != NULL && strcmp(c->module, module) != 0)
        fprintf(out, "    %s FROM %s\n", c->name, c->module);
}

/* The columns of an index that are another module's, and the row of another that is augmented. */
static void write_index_imports(FILE *out, const struct builtin_module *m, const char *list) {
    for (size_t length; (length = facts_word(&list)) > 0; list += length) {
        if (strncmp(list, "IMPLIED ", 8) == 0 || strncmp(list, "AUGMENTS ", 9) == 0) continue;
        struct facts_place place = facts_find(m, list, length);
        if (place.module != m)
            fprintf(out, "    %s FROM %s\n", place.fact->name, place.module->name);
    }
}

static void write_imports(FILE *out, const struct builtin_module *m) {
    if (strcmp(m->name, "SNMPv2-SMI") == 0) return;
    fputs("IMPORTS\n    OBJECT-TYPE, NOTIFICATION-TYPE, Integer32, IpAddress, Counter32, Gauge32,\n"
          "    Unsigned32, TimeTicks, Opaque, Counter64 FROM SNMPv2-SMI\n", out);
    if (strcmp(m->name, "SNMPv2-TC") != 0) fputs("    TEXTUAL-CONVENTION FROM SNMPv2-TC\n", out);
    for (size_t i = 0; i < m->count; i++) {
        write_convention_import(out, m->name, m->facts[i].syntax);
        if (m->facts[i].kind == FLEET_OBJECT_ROW) write_index_imports(out, m, m->facts[i].more);
    }
    for (size_t i = 0; i < builtin_convention_count; i++) {
        const struct builtin_convention *c = &builtin_conventions[i];
        if (strcmp(c->module, m->name) == 0) write_convention_import(out, m->name, c->syntax);
    }
    fputs(";\n", out);
}

/* Sizes are told from ranges by the type that they are of. False when memory is out. */
static bool write_syntax(FILE *out, const char *module, const char *syntax) {
    struct parsed parsed;
    const char *ranges = strchr(syntax, '('), *names = strchr(syntax, '{');
    bool is_good = facts_parse(module, syntax, &parsed);
    bool has_size = parsed.syntax.type == FLEET_OCTET_STRING || parsed.syntax.type == FLEET_OPAQUE;
    if (ranges != NULL && (names == NULL || ranges < names) && has_size)
        fprintf(out, "%.*s(SIZE %s)", (int)(ranges - syntax), syntax, ranges);
    else fputs(syntax, out);
    parsed_deinit(&parsed);
    return is_good;
}

static void write_oid(FILE *out, const struct builtin_module *m, const struct builtin_fact *fact) {
    uint32_t oid[FLEET_OID_SUBIDS_MAX], length = facts_oid(m, fact, oid);
    fputs(oid[0] == 1 ? " ::= { iso" : " ::= { 0", out);
    for (uint32_t i = 1; i < length; i++) fprintf(out, " %u", oid[i]);
    fputs(" }\n", out);
}

/* The name of a row's type: the row's with a capital. */
static void write_type_name(FILE *out, const char *row) {
    fprintf(out, "%c%s", row[0] - ('a' - 'A'), row + 1);
}

static void write_row(FILE *out, const struct builtin_fact *row) {
    const char *list = row->more, *comma = "";
    write_type_name(out, row->name);
    fputs(" MAX-ACCESS not-accessible STATUS current DESCRIPTION \"\"", out);
    bool augments = strncmp(list, "AUGMENTS ", 9) == 0;
    if (augments) list += 9;
    fputs(augments ? " AUGMENTS { " : " INDEX { ", out);
    for (size_t length; (length = facts_word(&list)) > 0; list += length) {
        fprintf(out, "%s%.*s", comma, (int)length, list);
        comma = strncmp(list, "IMPLIED ", 8) == 0 ? " " : ", ";
    }
    fputs(" }", out);
}

/* "IfEntry ::= SEQUENCE { ifIndex InterfaceIndex, ... }" */
static void write_sequence(FILE *out, const struct builtin_fact *row,
                           const struct builtin_fact *end) {
    const char *comma = "";
    write_type_name(out, row->name);
    fputs(" ::= SEQUENCE {", out);
    for (const struct builtin_fact *f = row + 1; f < end && f->at == NULL; f++) {
        size_t length = strcspn(f->syntax, "({");
        fprintf(out, "%s %s %.*s", comma, f->name, (int)length, f->syntax);
        comma = ",";
    }
    fputs(" }\n", out);
}

static bool write_object(FILE *out, const struct builtin_module *m,
                         const struct builtin_fact *fact) {
    static const char *const access[] = {
        [NA] = "not-accessible", [AN] = "accessible-for-notify", [RO] = "read-only",
        [RW] = "read-write", [RC] = "read-create",
    };
    bool is_good = true;
    fputs(fact->name, out);
    switch (fact->kind) {
    case FLEET_OBJECT_TABLE:
        fputs(" OBJECT-TYPE SYNTAX SEQUENCE OF ", out);
        write_type_name(out, fact[1].name);
        fputs(" MAX-ACCESS not-accessible STATUS current DESCRIPTION \"\"", out);
        break;
    case FLEET_OBJECT_ROW:
        fputs(" OBJECT-TYPE SYNTAX ", out);
        write_row(out, fact);
        break;
    case FLEET_OBJECT_SCALAR:
    case FLEET_OBJECT_COLUMN:
        fputs(" OBJECT-TYPE SYNTAX ", out);
        is_good = write_syntax(out, m->name, fact->syntax);
        fprintf(out, " MAX-ACCESS %s STATUS current DESCRIPTION \"\"", access[fact->access]);
        break;
    case FLEET_OBJECT_NOTIFICATION:
        fputs(" NOTIFICATION-TYPE STATUS current DESCRIPTION \"\"", out);
        break;
    default: fputs(" OBJECT IDENTIFIER", out);
    }
    write_oid(out, m, fact);
    if (fact->kind == FLEET_OBJECT_ROW) write_sequence(out, fact, m->facts + m->count);
    return is_good;
}

static bool write_module(FILE *out, const struct builtin_module *m) {
    bool is_good = true;
    fprintf(out, "%s DEFINITIONS ::= BEGIN\n", m->name);
    write_imports(out, m);
    if (strcmp(m->name, "SNMPv2-SMI") == 0) fputs(smi_types, out);
    if (strcmp(m->name, "SNMPv2-TC") == 0) fputs(MACRO("TEXTUAL-CONVENTION"), out);
    for (size_t i = 0; i < builtin_convention_count; i++) {
        const struct builtin_convention *c = &builtin_conventions[i];
        if (strcmp(c->module, m->name) != 0) continue;
        fprintf(out, "%s ::= TEXTUAL-CONVENTION", c->name);
        if (c->hint != NULL) fprintf(out, " DISPLAY-HINT \"%s\"", c->hint);
        fputs(" STATUS current DESCRIPTION \"\" SYNTAX ", out);
        is_good = write_syntax(out, m->name, c->syntax) && is_good;
        fputc('\n', out);
    }
    for (size_t i = 0; i < m->count; i++) is_good = write_object(out, m, &m->facts[i]) && is_good;
    fputs("END\n", out);
    return is_good;
}

bool builtin_has_text(const char *name) {
    for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
        if (strcmp(plain[i].name, name) == 0) return true;
    }
    for (size_t i = 0; i < builtin_convention_count; i++) {
        if (strcmp(builtin_conventions[i].module, name) == 0) return true;
    }
    for (size_t i = 0; i < builtin_count() && name[0] != '\0'; i++) {
        if (strcmp(builtin_name(i), name) == 0) return true;
    }
    return false;
}

char *builtin_text(const char *name) {
    struct builtin_module none = { name, "", NULL, 0 };
    const struct builtin_module *m = &none;
    char *text = NULL;
    size_t length;
    for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
        if (strcmp(plain[i].name, name) == 0) return strdup(plain[i].text);
    }
    for (size_t i = 0; i < builtin_count(); i++) {
        if (strcmp(builtin_name(i), name) == 0) m = facts_module(i);
    }
    FILE *out = open_memstream(&text, &length);
    if (out == NULL) return NULL;
    bool is_good = write_module(out, m);
    if (fclose(out) == 0 && is_good) return text;
    free(text);
    return NULL;
}
