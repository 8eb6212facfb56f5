/// The resolved resources: the resources that were seen, which of them this installation owns, and who may
/// refer to what.
///
/// Read first: [Resources], [Installation], [Resolution].
@NullMarked
package dev.sluice.operator.resolve.resources;

import org.jspecify.annotations.NullMarked;
