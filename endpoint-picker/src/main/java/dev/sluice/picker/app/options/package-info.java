/// Options of the command line and the configuration file, and what the picker is run with.
///
/// Read first: [PickerOptions], [PickerConfig].
@NullMarked
package dev.sluice.picker.app.options;

import org.jspecify.annotations.NullMarked;
