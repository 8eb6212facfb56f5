/// The signed token: which endpoint served a session.
///
/// Read first: [SessionTokens], [SessionKeys].
@NullMarked
package dev.sluice.picker.session;

import org.jspecify.annotations.NullMarked;
