/// The lab against the clock.
///
/// Read first: [LabIT].
@NullMarked
package dev.sluice.e2e.lab;

import org.jspecify.annotations.NullMarked;
