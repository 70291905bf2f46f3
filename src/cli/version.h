/*
 * version: what the program is made of: its version, its libraries, how it moves datagrams.
 */
#pragma once

#include <stdio.h>

void version_print(FILE *to);
