/*
 * compile: MIB modules read by libsmi (the only <smi.h>), as images.
 *
 * libsmi keeps global state, and some modules make it loop, crash or exit: this is for a process
 * that nobody misses (reader.h). compile_begin is called once in it. Files are read in the order
 * given, imports first: libsmi looks nowhere itself.
 */
#pragma once

#include <stdbool.h>

#include "mib/load/builder.h"

int compile_begin(void);

/* Read a file. False: libsmi found no module in it; compile_fault says why. */
bool compile_read(const char *path);

/* The gravest thing that libsmi said of the file read last; "" when there is none. */
const char *compile_fault(void);

/*
 * Everything that @module defines, which was in one of the files read: of those that have it, in
 * the first. False: libsmi has no such module. What goes wrong in @b is told by builder_finish.
 */
bool compile_module(const char *module, struct builder *b);
