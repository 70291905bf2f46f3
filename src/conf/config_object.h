/*
 * config_object: one object that a module of a configuration file names: by its name in a MIB
 * module or by its OID, with how its values are to be written.
 *
 *     ifHCInOctets
 *     IF-MIB::ifHCInOctets
 *     1.3.6.1.4.1.318.1.1.1.2.2.2
 *     { object: upsTemperature, oid: 1.3.6.1.4.1.318.1.1.1.2.2.2, type: gauge }
 *     { object: ifOperStatus, as: enum, name: status, tag: true }
 */
#pragma once

#include "conf/config_value.h"
#include "snmpfleet/mib.h"

struct config_object {
    struct fleet_column column;
    const struct fleet_object *known;     /* what the MIB says; NULL: nothing */
    const struct config_node *node;
    const char *mib_name;                 /* its name there, whatever `name` says; otherwise the
                                             column's */
    uint32_t oid[FLEET_OID_SUBIDS_MAX];
    size_t oid_length;
    bool has_tag;                         /* `tag` was given */
    bool is_numeric;                      /* named by numbers */
    bool is_scalar;                       /* of CONFIG_TAG: each row gets it; `oid` is without
                                             its instance */
};

/* CONFIG_TAG: a column, or a scalar that is a tag of each row. */
enum config_object_use { CONFIG_SCALAR, CONFIG_COLUMN, CONFIG_TAG };

/* Read the object at @node. False: told, or memory is out. */
bool config_object_read(struct config_reader *reader, const struct config_node *node,
                        enum config_object_use use, struct config_object *ret_object);

/* What the name or OID at @node stands for, in a MIB. *ret_known may be NULL. */
bool config_object_resolve(struct config_reader *reader, const struct config_node *node,
                           uint32_t oid[static FLEET_OID_SUBIDS_MAX], size_t *ret_length,
                           const struct fleet_object **ret_known);

/* The column of a known object, as it would be named by its name alone. */
bool config_object_of_mib(struct config_reader *reader, const struct config_node *node,
                          const struct fleet_object *known, struct config_object *ret_object);

/* "raw", "enum", ... False: told. */
bool config_as_read(struct config_reader *reader, const struct config_node *node,
                    enum fleet_as *ret_as);

/* "auto", "hex", ... as in a file. */
const char *config_as_text(enum fleet_as as);

/* A type as `type` names it ("gauge"), and back; NULL: there is none. */
const struct fleet_syntax *config_type_find(const char *name);
const char *config_type_text(const struct fleet_syntax *syntax);

/* Dotted numbers in the reader's arena; NULL: memory is out. */
const char *config_oid_text(struct config_reader *reader, const uint32_t *oid, size_t length);
