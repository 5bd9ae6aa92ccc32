SELECT "commit" FROM watches WHERE name = :name;
