/// Trials as people and programs read them: table, CSV, JSON, plots.
///
/// Start with [Table].
@NullMarked
package dev.sluice.lab.report;

import org.jspecify.annotations.NullMarked;
