INSERT INTO verdict_texts(verdict, text) VALUES(:verdict, :text);
