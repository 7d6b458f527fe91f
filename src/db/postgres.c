// The driver for PostgreSQL.
// SPDX-License-Identifier: Apache-2.0
#include "db/driver.h"
#include <libpq-fe.h>
const Driver postgres_driver = {0};
