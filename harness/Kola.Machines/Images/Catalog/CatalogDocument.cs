using System.ComponentModel;
using Kola.Yaml.Binding;

namespace Kola.Machines.Images.Catalog;

/// <summary><c>images/catalog.yaml</c> as it is written.</summary>
public sealed record CatalogDocument
{
    [Description("Images by name."), Format("^[A-Za-z0-9.-]+$", "an image name of letters, digits, dots and dashes", Keys = true)]
    public required IReadOnlyDictionary<string, ImageDefinition> Images { get; init; }
}
