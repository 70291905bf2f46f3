/*
 * replay: the main of a fuzzer that is built without libFuzzer. Every file in the files and
 * directories given runs once, directories with all that is below them, and must not crash. Each
 * input is a heap block of exactly its size, for the sanitizers. Exits 77 (skipped) when there was
 * nothing to run.
 */
#include <ftw.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t inputs;

static int replay_file(const char *path, const struct stat *status, int kind, struct FTW *place) {
    (void)place;
    if (kind != FTW_F || !S_ISREG(status->st_mode)) return 0;
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        return 0;
    }
    size_t size = (size_t)status->st_size;
    uint8_t *data = malloc(size > 0 ? size : 1);
    if (data == NULL) abort();
    if (fread(data, 1, size, file) != size) {
        fprintf(stderr, "%s: cannot be read whole\n", path);
        exit(1);
    }
    fclose(file);
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    inputs++;
    return 0;
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        if (nftw(argv[i], replay_file, 16, FTW_PHYS) != 0) perror(argv[i]);
    }
    printf("%zu inputs\n", inputs);
    return inputs > 0 ? 0 : 77;
}
