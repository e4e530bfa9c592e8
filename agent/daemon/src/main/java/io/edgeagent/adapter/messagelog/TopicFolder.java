package io.edgeagent.adapter.messagelog;

import io.edgeagent.hub.MessageStore;
import io.edgeagent.hub.topic.TopicStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What plain topics keep, in a folder that is made when there is something to keep. */
public final class TopicFolder implements TopicStore {
    private static final Logger LOG = LoggerFactory.getLogger(TopicFolder.class);

    private final Path folder;

    public TopicFolder(Path folder) {
        this.folder = folder;
    }

    @Override
    public boolean exists() {
        return Files.isDirectory(folder);
    }

    @Override
    public MessageStore openRetained() throws IOException {
        return open("retained");
    }

    @Override
    public MessageStore openWaiting() throws IOException {
        return open("waiting");
    }

    private MessageStore open(String name) throws IOException {
        MessageLog log = MessageLog.open(folder.resolve(name));
        log.damage().forEach(what -> LOG.error("event=messages_damaged folder={} what=\"{}\"", name, what));
        return log;
    }
}
