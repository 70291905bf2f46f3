/*
 * mib_folders: folders of MIB modules that somebody names and that are not there.
 */
#pragma once

/*
 * A warning for each folder of @path (-M; NULL: of MIBDIRS in the environment)
 * that is not there.
 */
void mib_folders_check(const char *path);
