using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Kola.Machines.Images.Catalog;

/// <summary>Mistakes found so far in one file, each with its place.</summary>
internal sealed class CatalogMistakes(string path)
{
    private readonly List<(Mark At, string Text)> found = [];

    public void Add(YamlNode node, string text) => Add(node.Start, text);

    public void Add(Mark at, string text) => found.Add((at, text));

    public void ThrowIfAny()
    {
        if (found.Count > 0)
        {
            throw new InputException(string.Join('\n', found
                .OrderBy(mistake => mistake.At.Line).ThenBy(mistake => mistake.At.Column)
                .Select(mistake => $"{path}:{mistake.At.Line}:{mistake.At.Column}: {mistake.Text}")));
        }
    }
}
