/// What an image has in `/app`: the jars of a component, and how its JVM is started.
@NullMarked
package dev.sluice.images.application;

import org.jspecify.annotations.NullMarked;
