/// The resource types of Sluice and of the Inference Gateway, as the API server stores them; nothing else.
@NullMarked
package dev.sluice.api;

import org.jspecify.annotations.NullMarked;
