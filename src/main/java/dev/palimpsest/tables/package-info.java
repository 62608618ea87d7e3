/**
 * Tables in files: Parquet, CSV and TSV as lines of JSON, read by DuckDB behind a fence of memory,
 * disk and the one folder it may touch.
 */
@ApplicationModule(allowedDependencies = "data")
@NullMarked
package dev.palimpsest.tables;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
