/// The `sluice` command: its options, what it prints and how it ends.
///
/// Start with [Sluice]; each subcommand is a class beside it.
@NullMarked
package dev.sluice.standalone.app;

import org.jspecify.annotations.NullMarked;
