namespace Kola.Servers.Cincinnati;

/// <summary>Which faults act on a request, and what they make of its graph. Counts what each has acted on. Safe for use by several tasks.</summary>
internal sealed class CincinnatiFaults(IReadOnlyList<CincinnatiFault> faults)
{
    private readonly FaultTimes<CincinnatiFault> acting = new(faults, fault => fault.Times);

    public IReadOnlyList<CincinnatiFault> Take(string? node) => acting.Take(fault => fault.Node is null || fault.Node == node);

    public static CincinnatiGraph Alter(CincinnatiGraph graph, IEnumerable<CincinnatiFault> faults)
    {
        foreach (var fault in faults)
            graph = fault switch
            {
                CincinnatiFault.NoMetadata => graph with { Nodes = [.. graph.Nodes.Select(node => node with { Metadata = null })] },
                CincinnatiFault.NoUpdates => graph with { Edges = [] },
                CincinnatiFault.Without without => Without(graph, without.Version),
                CincinnatiFault.WrongPayload wrong => graph with { Nodes = [.. graph.Nodes.Select(node => node.Version == wrong.Version ? node with { Payload = wrong.Payload } : node)] },
                CincinnatiFault.Downgrades => graph with { Edges = [.. Enumerable.Range(0, graph.Nodes.Count).SelectMany(from => Enumerable.Range(0, from).Select(to => (int[])[from, to]))] },
                // The server answers without a graph, or changes how it is sent.
                CincinnatiFault.Down or CincinnatiFault.Slow or CincinnatiFault.Errors or CincinnatiFault.Malformed or CincinnatiFault.Empty => graph,
                _ => throw new InvalidOperationException($"a fault of kind {fault.GetType().Name} has no case here"),
            };
        return graph;
    }

    private static CincinnatiGraph Without(CincinnatiGraph graph, string version)
    {
        int[] kept = [.. graph.Nodes.Index().Where(entry => entry.Item.Version != version).Select(entry => entry.Index)];
        return new([.. kept.Select(place => graph.Nodes[place])],
            [.. graph.Edges.Where(edge => edge.All(place => kept.Contains(place))).Select(edge => (int[])[.. edge.Select(place => Array.IndexOf(kept, place))])]);
    }
}
