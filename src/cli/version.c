/* version: see version.h. Versions of libraries are those it was built with. */
#include "cli/version.h"

#include "snmpfleet/fleet.h"

static void ignore_rows(void *context, const struct fleet_row *rows, size_t count) {
    (void)context, (void)rows, (void)count;
}

static void ignore_report(void *context, const struct fleet_report *report) {
    (void)context, (void)report;
}

/* Which back end `auto` leads to, and why not io_uring. */
static void print_io(FILE *to) {
    struct fleet *fleet = NULL;
    const struct fleet_options options = {
        .sink = { .rows = ignore_rows, .report = ignore_report }, .window = 1,
        .receive_buffer = 64 << 10, .send_buffer = 64 << 10,
    };
    (void)fputs("I/O: uring, mmsg; ", to);
    int error = fleet_new(&fleet, &options);
    if (error != 0) (void)fprintf(to, "none works here: %s\n", fleet_error_text(error));
    else if (*fleet_io_why(fleet) == '\0') (void)fputs("here uring\n", to);
    else (void)fprintf(to, "here mmsg (%s)\n", fleet_io_why(fleet));
    fleet_free(fleet);
}

void version_print(FILE *to) {
    (void)fputs("snmpfleet " SNMPFLEET_VERSION "\n" SNMPFLEET_LIBRARIES "\n", to);
    print_io(to);
}
