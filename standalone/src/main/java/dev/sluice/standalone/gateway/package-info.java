/// A whole gateway in one JVM: the folder's resources, the picker, the xDS server, and Envoy.
///
/// Start with [LocalGateway]; [OperatorView] and [PickerView] show the folder to the operator's code and to the picker.
@NullMarked
package dev.sluice.standalone.gateway;

import org.jspecify.annotations.NullMarked;
