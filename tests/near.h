/* near: doubles that are equal but for @by; cmocka's assert_float_equal compares as single. */
#pragma once

#include <math.h>

#define assert_near(a, b, by) assert_true(fabs((double)(a) - (double)(b)) <= (by))
