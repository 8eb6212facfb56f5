/// Signed session tokens name the endpoint that served a session.
///
/// Read first: [SessionTokens], [SessionKeys].
@NullMarked
package dev.sluice.picker.session;

import org.jspecify.annotations.NullMarked;
