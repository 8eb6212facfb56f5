/// The operator as a process: command line, wiring by constructors, and the order in which it stops. Read first:
/// [Main], [ControlPlane].
@NullMarked
package dev.sluice.operator.app;

import org.jspecify.annotations.NullMarked;
