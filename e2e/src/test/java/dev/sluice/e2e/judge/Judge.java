package dev.sluice.e2e.judge;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A program that finds fault with manifests.
interface Judge {
    /// The objections to a file of objects.
    List<Finding> findings(Path manifest) throws IOException, InterruptedException;
}
