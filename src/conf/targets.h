/*
 * targets: the targets file (design section 3): one target a line,
 *
 *     ADDRESS[:PORT] [key=value ...]          # comment
 *
 * ADDRESS is an IPv4/IPv6 address, a host name, a CIDR block or a last-octet range (10.0.0.1-254).
 * A line group=NAME [key=value ...] defines keys that targets below it have by group=NAME; a line
 * exclude=ADDRESS[,ADDRESS...] leaves addresses out, and so does the key exclude of a block. A
 * value may be written in double quotes, where \" is a quote and \\ a backslash. A file is read and
 * checked as a whole before anything of it is used. One bad line rejects it, and every error (up to
 * TARGETS_FAULTS_MAX) is told with its place. A file named *.json, *.yaml or *.yml is a document of
 * Prometheus' file_sd (file_sd.h).
 */
#pragma once

#include "conf/targets_context.h"

struct targets;  /* a checked list of targets, not yet applied */

int targets_new(struct targets **ret_targets);
void targets_free(struct targets *targets);

/*
 * Read @path ("-": standard input) into @targets; may be called for several files. A file without a
 * target is a fault. 0, FLEET_E_INVALID when faults were told, or -errno (told too).
 */
int targets_read_file(struct targets *targets, const char *path,
                      const struct targets_context *context);

/* What the name of a file says of its text; EITHER: what the text says itself. */
enum targets_form { TARGETS_LINES, TARGETS_FILE_SD, TARGETS_EITHER };
enum targets_form targets_form_of(const char *path);

/* Most bytes of one file, with room for the end of the last line. */
#define TARGETS_BYTES_MAX (((size_t)1 << 30) - 2)

/*
 * The same for @text from secret_realloc, of @length bytes and one more for a NUL, which is taken
 * over; faults call it @name.
 */
int targets_read_text(struct targets *targets, const char *name, char *text, size_t length,
                      enum targets_form form, const struct targets_context *context);

/*
 * One target as the command line gives it: a line's text. @file in faults is TARGETS_ARGUMENT, and
 * the line its number among the arguments, of which targets_pass_argument counts those that are
 * files.
 */
int targets_read_line(struct targets *targets, const char *text,
                      const struct targets_context *context);
void targets_pass_argument(struct targets *targets);

/*
 * When all is read: blocks and ranges become targets, less the addresses that a more exact line has
 * (targets_blocks.h). Nothing is read after it. Results as above.
 */
int targets_settle(struct targets *targets, const struct targets_context *context);

/* From the smallest block to the largest; NULL after the last. */
const struct targets_loss *targets_loss(const struct targets *targets, size_t index);

/* Which modules a target has at least, by their numbers. */
enum { TARGETS_MODULES_MAX = 1024 };

struct targets_used {
    uint8_t bits[TARGETS_MODULES_MAX / 8];
};

void targets_note_used(const struct targets *targets, struct targets_used *ret_used);
bool targets_used_has(const struct targets_used *used, uint32_t module);

/*
 * Once settled: how many addresses `exclude=` left out, each as often as a line has it; how many
 * targets there are.
 */
size_t targets_excluded_count(const struct targets *targets);
size_t targets_count(const struct targets *targets);
const struct fleet_target_options *targets_get(const struct targets *targets, size_t index);
