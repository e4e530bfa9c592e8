package io.edgeagent.reconcile;

import io.edgeagent.model.Hardware;
import io.edgeagent.model.ModuleSpec;

/** One thing to do on the board for one module. Each can be repeated or cut off by a power failure without harm. */
public sealed interface Step {

    String module();

    /** In a person's words, for the log and for the text of a failure. */
    String verb();

    /** Fetch the image; nothing of the module is touched. */
    record Pull(ModuleSpec spec) implements Step {
        @Override
        public String module() {
            return spec.name();
        }

        @Override
        public String verb() {
            return "pull";
        }
    }

    /**
     * @param devices that the module gets besides those of its manifest
     * @param standsOn other modules' containers that it is made on; empty for none
     */
    record Create(ModuleSpec spec, Hardware.Granted devices, String standsOn) implements Step {
        @Override
        public String module() {
            return spec.name();
        }

        @Override
        public String verb() {
            return "create";
        }
    }

    /** @param restart a start after the module ended by itself: it counts */
    record Start(String module, boolean restart) implements Step {
        @Override
        public String verb() {
            return restart ? "restart" : "start";
        }
    }

    /**
     * Make a container that is down anew from what the engine knows of it: it cannot be started, and the manifest's entry that it
     * was made from is not known any more. Its volumes stay, what it wrote into its own layer does not.
     */
    record MakeAnew(String module) implements Step {
        @Override
        public String verb() {
            return "make anew";
        }
    }

    record Stop(String module) implements Step {
        @Override
        public String verb() {
            return "stop";
        }
    }

    record Remove(String module) implements Step {
        @Override
        public String verb() {
            return "remove";
        }
    }

    /** Keep the stopped container under another name until the new one has proved itself. */
    record SetAside(String module) implements Step {
        @Override
        public String verb() {
            return "set aside";
        }
    }

    /**
     * Only one container of a module runs, even where the engine started the one that was set aside.
     *
     * @param name of that one
     */
    record StopPrevious(String module, String name) implements Step {
        @Override
        public String verb() {
            return "stop previous";
        }
    }

    /**
     * Give the container that was set aside its name back.
     *
     * @param name under which it waits
     */
    record BringBack(String module, String name) implements Step {
        @Override
        public String verb() {
            return "bring back";
        }
    }

    /**
     * The new container has proved itself: the old one can go.
     *
     * @param name of the old one
     */
    record RemovePrevious(String module, String name) implements Step {
        @Override
        public String verb() {
            return "remove previous";
        }
    }
}
