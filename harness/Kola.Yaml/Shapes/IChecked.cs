using Kola.Yaml.Nodes;

namespace Kola.Yaml.Shapes;

/// <summary>A record with rules among its keys that attributes cannot say.</summary>
public interface IChecked
{
    /// <summary>Reports what is wrong, at the key that is wrong.</summary>
    /// <param name="written">The record's mapping. What could not be read in it is not set in the record, and is reported already.</param>
    /// <returns>Whether nothing was reported.</returns>
    bool CheckKeys(YamlMapping written, BindingContext context);
}
