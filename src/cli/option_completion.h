/*
 * option_completion: the completion of bash, made of the tables of verbs and options.
 */
#pragma once

#include <stdio.h>

void option_completion(FILE *to);
