/// Choices before admission: the target of a model, the session that a request continues, and the pool that serves it.
@NullMarked
package dev.sluice.picker.routing.target;

import org.jspecify.annotations.NullMarked;
