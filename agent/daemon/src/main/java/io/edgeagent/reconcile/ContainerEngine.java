package io.edgeagent.reconcile;

import io.edgeagent.model.ImageReference;
import io.edgeagent.model.RegistryCredential;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A Docker Engine, or what answers like one. It sees only containers that carry this device's label; all others are foreign and
 * never changed. Their images are seen, so that they can be spared.
 *
 * <p>All calls block and may come from any thread. They throw {@link io.edgeagent.model.ProblemException}; its code is
 * ENGINE_UNREACHABLE where nobody answered.
 */
public interface ContainerEngine extends AutoCloseable {

    EngineInfo info();

    /** This device's containers, in whatever state. One list call; details are asked only of those that changed. */
    List<Container> containers();

    /**
     * Which life of the engine this is: changes whenever it was started anew, after which containers that ran may be down. Empty
     * where the engine does not tell. An engine that is about to end does not answer it any more, so what was listed before a good
     * answer did not end with the engine.
     */
    String life();

    /** The content id of a local image; empty if it is not on this board. */
    Optional<String> imageId(ImageReference image);

    /** All images on this board, whoever brought them. */
    List<LocalImage> images();

    /** The content ids of the images of all containers, whosever they are and in whatever state. */
    Set<String> imagesInUse();

    /**
     * Takes a name from an image, and with its last name the image itself. Never by force: an image that a container uses stays.
     * It is not an error if it is gone already.
     *
     * @param name one of its names, or its id if it has none
     * @return false if the engine keeps it because something needs it
     */
    boolean removeImage(String name);

    /**
     * Fetches an image. Layers that are here already are not fetched again.
     *
     * @param progress told a line now and then, at most once a second
     */
    void pull(ImageReference image, Optional<RegistryCredential> credential, Consumer<String> progress);

    /** Makes the module network if it is missing. One that the operator made beforehand is taken as it is. */
    void ensureNetwork();

    /**
     * Creates a container without starting it; one of ours that has its name already is left as it is. NAME_TAKEN if a foreign
     * container has it.
     */
    void create(ContainerSpec spec);

    /** Starts a container. It is not an error if it runs already. */
    void start(String name);

    /** Stops a container within its stop timeout, then kills it. It is not an error if it is down already. */
    void stop(String name);

    /** Removes a container that is down, keeping its volumes. It is not an error if it is gone already. */
    void remove(String name);

    /** Gives a container of ours another name. NAME_TAKEN if that name is in use. */
    void rename(String from, String to);

    /**
     * Makes a container of ours that is down anew, under its name and from what the engine knows of it: image, settings, networks
     * and volumes, the anonymous ones too. What it wrote into its own layer is lost. The old one goes only when the new one is
     * whole; where a power cut comes in between, the new one waits under {@link Container#previousName}.
     */
    void makeAnew(String name);

    /**
     * Tells of every change of a container of ours until the returned handle is closed. Changes may be told late, twice or
     * together: ask {@link #containers()} then.
     *
     * @param lost called once when the engine went away and the watch ended by itself
     */
    Watch watch(Runnable changed, Runnable lost);

    /** A running watch. */
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    @Override
    void close();
}
