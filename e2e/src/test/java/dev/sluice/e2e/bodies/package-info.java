/// Requests and answers as bytes: whole, in parts, of known APIs and of none, right and wrong.
///
/// Read first: [BadInputIT].
@NullMarked
package dev.sluice.e2e.bodies;

import org.jspecify.annotations.NullMarked;
