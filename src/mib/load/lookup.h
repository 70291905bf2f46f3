/*
 * lookup: objects by lone name and by OID, over all modules that are loaded.
 *
 * Two indexes, each made when it is first needed and forgotten when a module is loaded: a hash
 * table of names, and the objects merged in the order of their OIDs. Built-in modules that no
 * loaded file has replaced stand behind those loaded; the image of one is made when an OID leads to
 * where its objects are, so that a program that asks for one object needs not wait for all modules.
 */
#pragma once

#include "base/nearest.h"
#include "mib/load/state.h"

/* The object of a lone name among what is loaded, or built in. */
const struct fleet_object *mib_name_find(struct fleet_mib *mib, const char *name);

/* The object at exactly this OID of the first loaded module that is_listed. */
const struct fleet_object *mib_listed_at(struct fleet_mib *mib, const uint32_t *oid,
                                         uint32_t length);

/*
 * The objects of the OID and name of @object, in the order in which their modules were loaded: what
 * Net-SNMP lists as "FROM". Returns how many there are; at most @max are told.
 */
size_t mib_definitions(struct fleet_mib *mib, const struct fleet_object *object,
                       const struct fleet_object **ret_objects, size_t max);

/* Try all names that are known, those of built-in modules included; nothing is loaded for it. */
void mib_nearest(struct fleet_mib *mib, struct nearest *n);

/* What was made of the modules loaded so far is made again when it is asked for. */
void mib_forget_lookups(struct fleet_mib *mib);

/* At the end. */
void mib_lookups_free(struct fleet_mib *mib);
