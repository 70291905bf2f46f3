/*
 * builder: puts an image together, object by object.
 *
 *     struct builder *b;
 *     builder_new(&b, "IF-MIB");
 *     builder_object(b, &(struct fleet_object){ .name = "ifNumber", .oid = ..., .syntax = ... });
 *     builder_finish(b, key, &bytes, &size);
 *     builder_free(b);
 *
 * Everything is copied, and what is said twice (texts, syntaxes, lists) is kept once. Errors are
 * remembered: builder_finish tells them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snmpfleet/mib.h"

struct builder;

/* @module is copied. 0 or -ENOMEM. */
int builder_new(struct builder **ret_builder, const char *module);
void builder_free(struct builder *b);

/* Take @object with all it points to; its module is the builder's. No order is asked for. */
void builder_object(struct builder *b, const struct fleet_object *object);

/* What is to be warned of when the module is loaded. */
void builder_message(struct builder *b, const char *text);

/* The module could not be read. */
void builder_fail(struct builder *b);

uint32_t builder_count(const struct builder *b);

/*
 * The image, for free(). 0, -ENOMEM, or -EFBIG when it does not fit into IMAGE_BYTES_MAX. Of
 * objects of one OID and name one stays; nothing can be added any more.
 */
int builder_finish(struct builder *b, uint64_t key, void **ret_bytes, size_t *ret_size);
