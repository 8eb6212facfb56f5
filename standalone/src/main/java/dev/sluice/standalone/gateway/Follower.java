package dev.sluice.standalone.gateway;

import dev.sluice.standalone.folder.BrokenFileException;
import dev.sluice.standalone.folder.Folder;
import dev.sluice.standalone.folder.ResourceSet;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Serves each good state of a folder, and says of a broken one that the last good state stays.
record Follower(Consumer<ResourceSet> serve) implements Folder.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

    @Override
    public void changed(ResourceSet resources) {
        serve.accept(resources);
        LOG.atInfo().addKeyValue("resources", resources.resources().size()).log("serving the folder's state");
    }

    @Override
    public void broken(BrokenFileException reason) {
        LOG.atWarn().log("{}; the last good state keeps serving", reason.getMessage());
    }
}
