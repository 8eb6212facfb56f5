/// Judges of the charts that nobody here wrote, and the excuses for what they find.
///
/// Read first: [ChartJudgesIT].
@NullMarked
package dev.sluice.e2e.judge;

import org.jspecify.annotations.NullMarked;
