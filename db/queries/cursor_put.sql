UPDATE sources SET cursor = :cursor WHERE num = :source;
