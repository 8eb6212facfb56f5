/// Container images of Sluice: a Java runtime of the needed modules on files of Debian packages, jars, and what a
/// training run taught the JVM.
///
/// Start with [app.ImageBuild][dev.sluice.images.app.ImageBuild].
@NullMarked
package dev.sluice.images;

import org.jspecify.annotations.NullMarked;
