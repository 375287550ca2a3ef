namespace Kola.Servers.FleetLock;

/// <summary>Who holds a slot of which group. A change counts once it is in the file. Safe for use by several tasks.</summary>
internal sealed class LockBook
{
    private readonly Lock gate = new();
    private readonly IReadOnlyDictionary<string, int> slots;
    private readonly LockStore store;
    private IReadOnlyList<LockHolder> holders;

    /// <param name="slots">By group.</param>
    /// <exception cref="InvalidDataException">The state is none, or has holders of a group that is not among these.</exception>
    public LockBook(IReadOnlyDictionary<string, int> slots, LockStore store)
    {
        this.slots = slots;
        this.store = store;
        holders = store.Read();
        if (holders.FirstOrDefault(holder => !slots.ContainsKey(holder.Group)) is { } stray)
            throw new InvalidDataException($"{stray.Id} holds a slot of group {stray.Group}, which this FleetLock server does not have; expected one of {string.Join(", ", slots.Keys)}");
    }

    /// <summary>In the order in which they were granted.</summary>
    public IReadOnlyList<LockHolder> Holders
    {
        get
        {
            lock (gate)
                return holders;
        }
    }

    public bool HasGroup(string group) => slots.ContainsKey(group);

    /// <summary>Takes a slot, unless the client has one.</summary>
    /// <param name="uncounted">Whether the number of slots is ignored.</param>
    /// <exception cref="IOException">The state cannot be kept; nothing has changed.</exception>
    public LockEffect Take(string group, string id, DateTimeOffset now, bool uncounted)
    {
        lock (gate)
        {
            if (Find(group, id) is not null)
                return LockEffect.Held;
            if (!uncounted && holders.Count(holder => holder.Group == group) >= slots[group])
                return LockEffect.Refused;
            Keep([.. holders, new(group, id, now)]);
            return LockEffect.Granted;
        }
    }

    /// <inheritdoc cref="Take" path="/exception"/>
    public LockEffect GiveBack(string group, string id)
    {
        lock (gate)
        {
            if (Find(group, id) is not { } held)
                return LockEffect.NotHeld;
            Keep([.. holders.Where(holder => holder != held)]);
            return LockEffect.Released;
        }
    }

    /// <summary>These hold slots, and nobody else.</summary>
    /// <inheritdoc cref="Take" path="/exception"/>
    public void Restore(IReadOnlyList<LockHolder> restored)
    {
        lock (gate)
            Keep(restored);
    }

    private LockHolder? Find(string group, string id) => holders.FirstOrDefault(holder => holder.Group == group && holder.Id == id);

    private void Keep(IReadOnlyList<LockHolder> next)
    {
        store.Write(next);
        holders = next;
    }
}
