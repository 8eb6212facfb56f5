/// `sluice lab`: its options, and what it prints.
///
/// Start with [LabCommand].
@NullMarked
package dev.sluice.lab.app;

import org.jspecify.annotations.NullMarked;
