namespace Kola.Servers;

/// <summary>A request while it is answered, by the record of it.</summary>
internal class RecordedExchange<T>(T begun)
    where T : class
{
    private T current = begun;

    /// <summary>As it stands now.</summary>
    public T Record => Volatile.Read(ref current);

    /// <summary>Only the task that answers changes it.</summary>
    public void Change(Func<T, T> change) => Volatile.Write(ref current, change(current));
}
