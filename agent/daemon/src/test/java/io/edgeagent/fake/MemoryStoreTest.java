package io.edgeagent.fake;

class MemoryStoreTest extends StoreContract<MemoryStore> {
    private final MemoryStore store = new MemoryStore();

    @Override
    protected MemoryStore open() {
        return store;
    }

    @Override
    protected void setFull(boolean full) {
        if (full) {
            store.fill();
        } else {
            store.empty();
        }
    }
}
