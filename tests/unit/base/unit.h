/* What every cmocka program includes, in the order cmocka wants it. */
#ifndef ANS_TEST_UNIT_BASE_UNIT_H
#define ANS_TEST_UNIT_BASE_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

#endif
