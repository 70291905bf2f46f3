/*
 * main: the program snmpfleet-mib-reader, which libsnmpfleet starts. By itself it does nothing that
 * is of use to anybody.
 */
#include <stdio.h>
#include <string.h>

#include "mib/reader/reader.h"

int main(int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], READER_VERB) == 0) return reader_main();
    fprintf(stderr, "snmpfleet-mib-reader " SNMPFLEET_VERSION ": reads MIB files for libsnmpfleet; "
                    "it is started by fleet_mib_new and fleet_mib_load (snmpfleet/mib.h)\n");
    return ORDER_EXIT_UNKNOWN;
}
