/// Prefix indexes estimate how much of a prompt each endpoint caches.
///
/// Read first: [PrefixIndex].
@NullMarked
package dev.sluice.picker.prefix;

import org.jspecify.annotations.NullMarked;
