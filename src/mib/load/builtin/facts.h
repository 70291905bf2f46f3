/*
 * facts: how the tables of built-in modules are written.
 *
 *     static const struct builtin_fact facts[] = {
 *         NODE("interfaces", "mib-2.2"),
 *         SCALAR("ifNumber", "interfaces.1", "Integer32", RO),
 *         TABLE("ifTable", "interfaces.2"),
 *         ROW("ifEntry", "ifTable.1", "ifIndex"),
 *         COLUMN(1, "ifIndex", "InterfaceIndex", RO),
 *         COLUMN(8, "ifOperStatus", "INTEGER { up(1), down(2) }", RO),
 *         NOTIFICATION("linkDown", "snmpTraps.3", "ifIndex ifAdminStatus ifOperStatus"),
 *     };
 *     BUILTIN(builtin_if, "IF-MIB", "1.3.6.1.2.1.2 1.3.6.1.2.1.31", facts);
 *
 * A place is the name of what is above and a number; columns stand behind their row. A syntax is
 * a type of the SMI or a convention (conventions.c), with "(0..255)" or "(0 | 4..8)" where it has
 * ranges or sizes of its own, and "{ name(1), ... }" where it has names of its own. An index is a
 * list of columns, with IMPLIED in front of the last one, or "AUGMENTS row". What is left out of a
 * line is current, and has neither units nor access.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "snmpfleet/mib.h"

struct builtin_fact {
    uint8_t kind;             /* enum fleet_object_kind */
    uint8_t access, status;
    uint16_t number;          /* of a column; its place is NULL */
    const char *name, *at;
    const char *syntax;
    const char *more;         /* the index of a row, the objects of a notification */
    const char *units;
};

struct builtin_module {
    const char *name;
    const char *below;        /* OIDs with blanks between; its objects are there, or below */
    const struct builtin_fact *facts;
    size_t count;
};

struct builtin_convention {
    const char *module, *name, *syntax, *hint;
};

enum {
    NA = FLEET_NOT_ACCESSIBLE,
    AN = FLEET_ACCESSIBLE_FOR_NOTIFY,
    RO = FLEET_READ_ONLY,
    RW = FLEET_READ_WRITE,
    RC = FLEET_READ_CREATE,
};

#define BUILTIN_OBJECT(kind_, name_, at_, ...) \
    { .kind = FLEET_OBJECT_##kind_, .name = name_, .at = at_, __VA_ARGS__ }

#define NODE(name_, at_) BUILTIN_OBJECT(NODE, name_, at_, .units = NULL)
#define MODULE(name_, at_) BUILTIN_OBJECT(MODULE, name_, at_, .status = FLEET_STATUS_CURRENT)
#define IDENTITY(name_, ...) BUILTIN_OBJECT(IDENTITY, name_, __VA_ARGS__)
#define SCALAR(name_, at_, syntax_, access_, ...) \
    BUILTIN_OBJECT(SCALAR, name_, at_, .syntax = syntax_, .access = access_, __VA_ARGS__)
#define TABLE(name_, ...) BUILTIN_OBJECT(TABLE, name_, __VA_ARGS__, .access = NA)
#define ROW(name_, at_, ...) BUILTIN_OBJECT(ROW, name_, at_, .access = NA, .more = __VA_ARGS__)
#define COLUMN(number_, name_, syntax_, access_, ...) \
    BUILTIN_OBJECT(COLUMN, name_, NULL, .number = number_, .syntax = syntax_, .access = access_, \
                   __VA_ARGS__)
#define NOTIFICATION(name_, at_, ...) BUILTIN_OBJECT(NOTIFICATION, name_, at_, .more = __VA_ARGS__)

#define DEPRECATED .status = FLEET_STATUS_DEPRECATED
#define OBSOLETE .status = FLEET_STATUS_OBSOLETE
#define UNITS(text_) .units = text_

#define BUILTIN(variable_, name_, below_, facts_) \
    const struct builtin_module variable_ = { name_, below_, facts_, \
                                              sizeof(facts_) / sizeof(facts_[0]) }

extern const struct builtin_convention builtin_conventions[];
extern const size_t builtin_convention_count;
