/// The status is what Sluice says about the resources it serves: conditions, from the resources and what was
/// observed; pure. Read first: [Report], [Observed], [Finding].
@NullMarked
package dev.sluice.operator.status;

import org.jspecify.annotations.NullMarked;
