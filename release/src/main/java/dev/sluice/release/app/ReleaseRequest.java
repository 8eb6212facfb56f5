package dev.sluice.release.app;

import dev.sluice.release.version.Repository;
import dev.sluice.release.version.SemanticVersion;
import java.nio.file.Path;
import java.util.Optional;

/// A release as it is asked for.
///
/// @param key the private key that signs; without it nothing is signed
/// @param images the output of `bin/images`; without it that command is run
/// @param architectures what `bin/images --arch` is given
/// @param output a folder that is empty or not there
record ReleaseRequest(
        SemanticVersion version,
        Repository registry,
        Optional<Path> key,
        Optional<Path> images,
        String architectures,
        Path output) {}
