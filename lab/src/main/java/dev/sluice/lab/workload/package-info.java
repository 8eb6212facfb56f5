/// The workload that is asked of a fleet: when requests arrive, what their prompts share, how long their
/// answers are.
///
/// Start with [Workload], which a file describes, [Traffic], which draws its requests, and [Prompt], which stands for
/// text that is never rendered.
@NullMarked
package dev.sluice.lab.workload;

import org.jspecify.annotations.NullMarked;
