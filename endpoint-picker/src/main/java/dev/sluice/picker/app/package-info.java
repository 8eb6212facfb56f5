/// Main, configuration, wiring by constructors, shutdown order.
///
/// Read first: [Picker], [PickerConfig].
@NullMarked
package dev.sluice.picker.app;

import org.jspecify.annotations.NullMarked;
