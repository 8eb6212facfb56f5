/// The pipeline of one request, from parsed to placed.
///
/// Read first: [Router], [RequestStage], [RoutedRequest].
@NullMarked
package dev.sluice.picker.routing;

import org.jspecify.annotations.NullMarked;
