/// Which endpoint holds how much of a prompt.
///
/// Read first: [PrefixIndex].
@NullMarked
package dev.sluice.picker.prefix;

import org.jspecify.annotations.NullMarked;
